"""`comity completion`: what a shell needs to complete the words of a command."""

import rich_click as click

PROGRAM = "comity"
VARIABLE = "_COMITY_COMPLETE"
_LINES = {
    "bash": 'eval "$(comity completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(comity completion zsh)" in ~/.zshrc',
    "fish": "comity completion fish > ~/.config/fish/completions/comity.fish",
}


@click.command(epilog="Put one of these where your shell finds it: " + "; ".join(_LINES.values()))
@click.argument("shell", type=click.Choice(list(_LINES)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a script that completes the words of `comity` in SHELL."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    found = kind(context.find_root().command, {}, PROGRAM, VARIABLE)
    # `source` would start a shell to see how old it is. The script itself needs none.
    click.echo(found.source_template % found.source_vars())
