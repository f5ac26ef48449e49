"""The command line. Commands are imported when they are called, so that `prrwatch --help` answers at once."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from prrwatch import __version__
from prrwatch.errors import PrrwatchError
from scheduler.options import Chosen

#: Every command with its line in `--help`; the module of the same name in `scheduler.commands` has the rest.
COMMANDS = {
    "demo": "Show the whole walk on a sample world: no network, no configuration.",
    "run": "Watch the catalogue: the daemon.",
    "crawl": "Read sources once, by hand: all of them or those named.",
    "screen": "Judge documents given as JSON lines.",
    "extract": "Read one saved page or PDF as the crawler would.",
    "figures": "Read the claims and events out of documents given as JSON lines.",
    "stories": "Group documents given as JSON lines into stories; merge and split stories by hand.",
    "sources": "List, check or try the sources of the catalogue.",
    "status": "What is read, what is quiet, what is broken, what waits to be sent.",
    "alerts": "Preview, deliver, test, list or mute alerts.",
    "rescreen": "Judge the archive again after the rules changed, or rehearse it.",
    "label": "Say that a document is relevant or not; see how precise the rules are by that.",
    "eval": "How well the rules judge labelled cases: precision, recall, F1.",
    "search": "Search the texts in the store.",
    "export": "Write documents, stories, figures or citations as CSV, JSON lines, feeds, BibTeX.",
    "bundle": "Take a story away with its proofs: texts, verdicts, hashes, originals, in one ZIP.",
    "verify": "Check such a bundle: every hash, every quote.",
    "serve": "Show the store in a browser: the read-only web view.",
    "db": "Migrate, back up or check the store.",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"scheduler.commands.{name}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader of our output has gone (`prrwatch export ... | head`); nothing is left to say, also not at
            # exit. Caught here, because click itself would end with status 1.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(path_type=Path), help="The site file.  [default: prrwatch.toml, if there]")
@click.option("--db", type=click.Path(path_type=Path), help="The store.  [default: as the site file says]")
@click.option("--json", "as_json", is_flag=True, help="Write JSON where a person or a program may read.")
@click.version_option(__version__, prog_name="prrwatch")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, db: Path | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """Watch the web for news of people who return from conflict zones, and tell the right ones, once, with the reason.

    Exit status: 0 fine; 1 something failed, told on stderr; 2 a mistake in a file or an argument, named on stderr.
    """
    ctx.obj = Chosen(config, db, as_json)


def main() -> None:
    """The console script: every expected error becomes one clear line and an exit status, never a traceback."""
    try:
        cli.main(prog_name="prrwatch", standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except PrrwatchError as error:
        for line in str(error).splitlines():
            click.echo(f"prrwatch: {line}", err=True)
        sys.exit(error.exit_code)
