"""The tools that check, execute and build the book.

They read notebooks through jsonschema, which looks for a package that checks
internationalised addresses (IRIs), and that package spends a second at each start on
building grammars. No notebook's schema has an IRI in it: so it is said to be absent.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)
