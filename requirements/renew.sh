#!/bin/sh
# Pins every library the program and its workshop need, with the hashes of all files of each release.
set -eu
cd "$(dirname "$0")/.."
pin() {
    UV_CUSTOM_COMPILE_COMMAND="sh requirements/renew.sh" .venv/bin/uv pip compile --quiet --universal \
        --python-version 3.11 --generate-hashes --no-header --no-emit-index-url "$@"
}
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet uv
pin pyproject.toml --upgrade -o requirements/run.txt
pin pyproject.toml --extra shared --constraint requirements/run.txt --upgrade -o requirements/shared.txt
pin pyproject.toml --group dev --group build --constraint requirements/run.txt --upgrade -o requirements/dev.txt
pin --group build --constraint requirements/dev.txt --upgrade -o requirements/build.txt
