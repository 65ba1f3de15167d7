#!/bin/sh
# Installs bluehelm from this bundle into a folder of its own, without a network: install.sh /opt/bluehelm
set -eu
[ $# -eq 1 ] || { echo "usage: install.sh FOLDER   (it must not exist yet, or hold an earlier bluehelm)" >&2; exit 2; }
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
target=$1
(cd "$here" && sha256sum --check --quiet SHA256SUMS) || {
    echo "The bundle is not whole: nothing was installed. Take another copy of it." >&2
    exit 2
}
[ -x "$target/bin/python" ] || python3 -m venv "$target" || {
    echo "python3 of 3.11 or newer with venv is needed (Debian: python3-venv). Nothing was installed." >&2
    exit 2
}
pip="$target/bin/python -m pip --disable-pip-version-check install --quiet --no-index --find-links $here/wheels"
$pip --require-hashes -r "$here/requirements.txt"
$pip --no-deps --force-reinstall "$here"/wheels/bluehelm-*.whl
"$target/bin/bluehelm" --version
