# Find Chromium and a Chinese font for the tests of pages; as root on Debian, install them.
set -euo pipefail

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome || command -v google-chrome-stable; }
fonts() { command -v fc-list >/dev/null && fc-list :lang=zh-cn family | grep -q .; }

if browser >/dev/null && fonts; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "Installing Chromium and Chinese fonts for the tests of pages …"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq >/dev/null
	apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig >/dev/null
	exit 0
fi
echo "The tests of pages need Chromium (or Chrome) and a Chinese font, e.g. on Debian:"
echo "    sudo apt-get install chromium fonts-noto-cjk"
exit 1
