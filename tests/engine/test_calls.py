"""Each call of a layer, loss, initializer or schedule in a chapter fits the adapter.

Running all chapters on PyTorch takes an hour; that their calls fit takes a second.
"""

import ast
import inspect

from utils.fingerprints import code_cells

from book.tools.chapters import chapter_files, chapter_names


def calls():
    """(chapter, call) for all code of all chapters, solutions included."""
    for name in chapter_names():
        for cell in code_cells(chapter_files(name)[0].read_text(encoding="utf-8")):
            try:
                tree = ast.parse(cell.code)
            except SyntaxError:  # a line for IPython
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    yield name, node


def test_every_call_in_a_chapter_fits(engines):
    mx = engines[1]
    nn, gluon = mx.gluon.nn, mx.gluon
    parts = {
        "nn": nn, "gluon.nn": nn, "gluon.rnn": gluon.rnn, "rnn": gluon.rnn,
        "gluon.loss": gluon.loss, "gluon": gluon, "init": mx.init,
        "lr_scheduler": mx.lr_scheduler, "gluon.data": gluon.data,
    }  # fmt: skip
    seen, problems = set(), []
    for name, call in calls():
        part = parts.get(ast.unparse(call.func.value))
        function = vars(part).get(call.func.attr) if part else None
        starred = any(isinstance(a, ast.Starred) for a in call.args)
        if function is None or name == "fizzbuzz/pytorch":  # nn is torch's there
            continue
        seen.add(call.func.attr)
        given = {keyword.arg: None for keyword in call.keywords if keyword.arg}
        signature = inspect.signature(function)
        try:
            if starred:
                signature.bind_partial(**given)
            elif any(keyword.arg is None for keyword in call.keywords):
                signature.bind_partial(*call.args, **given)
            else:
                signature.bind(*call.args, **given)
        except TypeError as error:
            problems.append(f"{name}: {ast.unparse(call)}: {error}")
    assert problems == []
    assert {"Dense", "CosineScheduler", "Embedding", "Normal", "Trainer"} <= seen
