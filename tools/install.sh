#!/bin/sh
# install.sh [PREFIX]: install or upgrade Bihuan at PREFIX (/opt/bihuan) from this folder alone; no network is asked.
#
# Each version gets a folder of its own beside PREFIX, which is a link to the newest: running processes keep
# theirs until they are started anew, and going back is pointing the link back. PYTHON names another interpreter.
# Packages that the version before has by the same hashes are copied from it.
set -eu
prefix=${1:-/opt/bihuan}
python=${PYTHON:-python3}
here=$(cd "$(dirname "$0")" && pwd)

"$python" - "$here/PYTHONS" <<'ASK' || exit 1
import platform, sys
fits = open(sys.argv[1]).read().split()
mine = f"{sys.version_info[0]}.{sys.version_info[1]}-{platform.machine()}"
if mine not in fits:
    sys.exit(f"This bundle is for Python and machine {', '.join(fits)}; here is {mine}. PYTHON=... names another.")
ASK
if [ -e "$prefix" ] && [ ! -L "$prefix" ]; then
    echo "$prefix is there and was not made by this script: give another place." >&2
    exit 1
fi
(cd "$here" && sha256sum --quiet --check SHA256SUMS) || {
    echo "The bundle is damaged: bring it again." >&2
    exit 1
}

target=$prefix-$(cat "$here/VERSION")
if [ ! -e "$target/.complete" ]; then
    rm -rf "$target"
    mkdir -p "$(dirname "$prefix")"
    "$python" -m venv --without-pip "$target"
    pip() {
        "$target/bin/python" "$(echo "$here"/wheels/pip-*.whl)/pip" --isolated --disable-pip-version-check \
            install --quiet --root-user-action=ignore --no-cache-dir --no-compile --no-index \
            --find-links "$here/wheels" "$@"
    }
    packages=$(cd "$target" && echo lib/python*/site-packages)
    if [ -e "$prefix/.complete" ] && [ -d "$prefix/$packages" ] &&
        cmp -s "$here/requirements.txt" "$prefix/requirements.txt"; then
        cp -a "$prefix/$packages/." "$target/$packages/"
    else
        pip --require-hashes --requirement "$here/requirements.txt"
    fi
    pip --no-deps --force-reinstall "$here"/wheels/bihuan-*.whl
    # Here, since whoever runs it may not write there; not what is never loaded: tests, tables of dialling codes.
    "$target/bin/python" -m compileall -q -j 0 -x '/tests/|/phonenumbers/(geo|carrier|tz)data/' \
        "$target/$packages" || echo "Some files were not compiled; that costs time at each start, nothing else." >&2
    cp "$here/requirements.txt" "$target/requirements.txt"
    touch "$target/.complete"
fi
ln -s "$target" "$prefix.new.$$"
mv -T "$prefix.new.$$" "$prefix"
echo "Bihuan $(cat "$here/VERSION") is at $prefix. Start it anew: $prefix/bin/bihuan up, or its service."
