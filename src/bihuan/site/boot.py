"""What a process needs around it before settings are read: a state folder, keys and a database.

Settings only read the environment; this is what fills it where the administrator has not.
"""

import atexit
import base64
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bihuan.kernel.errors import Unavailable
from bihuan.site.cluster import OWNER, Cluster, private
from bihuan.site.wording import _

#: File in ``state/secrets`` → the variable that overrides it (or, with _FILE added, names another file).
KEYS = {
    "secret_key": "BIHUAN_SECRET_KEY",
    "content_key": "BIHUAN_CONTENT_KEY",
    "signing_key": "BIHUAN_SIGNING_KEY",
    "blind_key": "BIHUAN_BLIND_KEY",
}


def state_dir() -> Path:
    """Return the folder of all that is kept here: BIHUAN_STATE, else the checkout's own, else the user's."""
    if given := os.environ.get("BIHUAN_STATE"):
        return Path(given).expanduser().resolve()
    checkout = Path(__file__).resolve().parents[3]
    if (checkout / "pyproject.toml").is_file() and (checkout / "src").is_dir():
        return checkout / ".state"
    return Path("~/.local/share/bihuan").expanduser()


def secret(variable: str) -> str:
    """Read a secret from VARIABLE, or from the file that VARIABLE_FILE names; "" when neither is set.

    Raises Unavailable when the file can't be read: going on without a secret that was meant would make a new one.
    """
    if not (file := os.environ.get(f"{variable}_FILE")):
        return os.environ.get(variable, "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(_("The file can't be read: %s") % error, where=f"{variable}_FILE") from error


def key(name: str) -> str:
    """Return one of the keys, from the environment or the state folder; "" when there is none."""
    if given := secret(KEYS[name]):
        return given
    with suppress(FileNotFoundError):
        return (state_dir() / "secrets" / name).read_text().strip()
    return ""


def make_keys(state: Path) -> None:
    """Create the keys that are neither in the environment nor there yet (0600 in a 0700 folder).

    ``secret_key`` signs sessions; ``content_key`` wraps the keys of contents (32 random bytes,
    base64); ``signing_key`` signs the ledger's roots (Ed25519, PEM); ``blind_key`` indexes persons'
    phones and numbers blindly and can't be changed without indexing them anew.
    """
    folder = private(private(state) / "secrets")
    for name, variable in KEYS.items():
        if not secret(variable):
            with suppress(FileExistsError):
                descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "w") as file:
                    file.write(new_key(name))


def new_key(name: str) -> str:
    """Return a fresh key of the given name, as text."""
    if name == "signing_key":
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return pem.decode()
    if name == "content_key":
        return base64.b64encode(secrets.token_bytes(32)).decode()
    return secrets.token_urlsafe(64)


def embedded() -> bool:
    """Tell whether this installation uses the embedded cluster."""
    return os.environ.get("BIHUAN_EMBEDDED") == "1"


def fill_environment() -> None:
    """Set what settings read and the administrator left out; starts nothing.

    DATABASE_URL becomes the application's login to the embedded cluster and BIHUAN_OWNER_URL
    the one that migrates, for this process and those it starts.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.site.settings")
    make_keys(state_dir())
    if os.environ.get("BIHUAN_PROCESS"):  # whatever serves counts in files that its siblings can add up
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(private(state_dir() / "metrics")))
    if not secret("DATABASE_URL"):
        cluster = Cluster(state_dir())
        os.environ["DATABASE_URL"] = cluster.url()
        os.environ["BIHUAN_OWNER_URL"] = cluster.url(role=OWNER)
        os.environ["BIHUAN_EMBEDDED"] = "1"


@contextmanager
def surroundings() -> Iterator[None]:
    """Have keys and database there inside the block; the embedded cluster is left as found."""
    fill_environment()
    if not embedded():
        yield
        return
    with Cluster(state_dir()).up():
        yield


def enter() -> None:
    """Enter the surroundings for the life of the process (a server that loads the application itself)."""
    stack = ExitStack()
    stack.enter_context(surroundings())
    atexit.register(stack.close)


def prepare_once() -> None:
    """Bring the embedded database to this version; a database somebody else runs is only ever checked.

    Raises Unavailable when the schema of a given database is not this version's.
    """
    from bihuan.site import prepare

    if prepare.is_prepared(secret("DATABASE_URL")):
        return
    if not embedded():
        raise Unavailable(
            _("The database is not of this version: start `bihuan up` once, or `bihuan up --prepare`.")
        )
    run_prepare()


def run_prepare(*arguments: str) -> None:
    """Run :mod:`bihuan.site.prepare` as the database's owner, in a process of its own."""
    from bihuan.site import prepare

    command = [sys.executable, "-m", "bihuan.site.prepare", *arguments]
    done = subprocess.run(command, env=prepare.environment(), stdout=sys.stderr, check=False)
    if done.returncode != 0:
        raise Unavailable(_("The database could not be brought to this version; the reason stands above."))
