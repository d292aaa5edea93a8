"""The command's page: every option as the parser of each command knows it, so that the page cannot go stale."""

from __future__ import annotations

import argparse
import html

from tinygrad_notes.cli import COMMANDS, EXAMPLES, PROGRAM, call_parser

INTRODUCTION = f"""# The command

`{PROGRAM} --help` and `{PROGRAM} COMMAND --help` say the same in the terminal. The exit status is 0 where it ran and
found nothing wrong. It is 1 where `mark` found a slip, a misprint or too few digits, or where a picture failed. It is 2
where a file or a call cannot be used; then one line says why.

## {PROGRAM}

Without a command: show the worked 3-3-1 example beside the numbers of a learner, mark these and draw it.

"""


def page() -> str:
    """Markdown."""
    sections = "".join(
        f"## {PROGRAM} {name}\n\n{about[0].upper()}{about[1:]}.\n\n{_section(name)}"
        for name, (about, _) in COMMANDS.items()
    )
    return f"{INTRODUCTION}{_section('')}{sections}"


def _section(name: str) -> str:
    calls = "".join(f"{PROGRAM} {example}\n" for example in EXAMPLES[name])
    rows = "".join(
        f"| {_call(action)} | {html.escape(_help(action, parser))} |\n"
        for parser in [_parser_of(name)]
        for action in parser._actions
        if action.help is not None and not isinstance(action, argparse._SubParsersAction)
    )
    return f"```console\n{calls}```\n\n| option | what it does |\n|---|---|\n{rows}\n"


def _parser_of(name: str) -> argparse.ArgumentParser:
    parser = call_parser(name)
    [commands] = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return commands.choices[name] if name else parser


def _call(action: argparse.Action) -> str:
    """An option as it is written: `-o FILE`, `--output FILE`; an argument by its name alone."""
    value = "" if action.nargs == 0 else str(action.metavar or "|".join(map(str, action.choices or ())))
    ways = [f"{option} {value}".strip() for option in action.option_strings] or [value or action.dest]
    return ", ".join(f"`{way}`" for way in ways)


def _help(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    """The sentence of an option, with its default put in."""
    text = (action.help or "") % {"default": action.default, "prog": parser.prog}
    return " ".join(text.split()).replace("|", "\\|")
