"""The stats snapshot: logfmt lines, strictly read."""

import re

PAIR = re.compile(r'([a-z0-9_]+)=("(?:[^"\\]|\\.)*"|[^ "]+)(?: |\Z)')
NUMBER = re.compile(r"-?[0-9]+\Z")


def unescape(text):
    return re.sub(r"\\(x[0-9a-fA-F]{2}|.)",
                  lambda m: chr(int(m.group(1)[1:], 16))
                  if m.group(1)[0] == "x" and len(m.group(1)) == 3
                  else m.group(1), text)


def parse_logfmt(line):
    """(subject, {name: int or str}) of one line; AssertionError if it is none.

    Strings stand last: nothing that has no quotes may follow one that has.
    """
    subject, _, rest = line.partition(" ")
    assert re.match(r"[a-z]+\Z", subject), f"no subject: {line!r}"
    assert all(" " <= c <= "~" for c in line), f"raw bytes: {line!r}"
    values = {}
    at = 0
    while at < len(rest):
        pair = PAIR.match(rest, at)
        assert pair, f"no name=value at {rest[at:at + 40]!r} in {line!r}"
        name, value = pair.groups()
        assert name not in values, f"{name} repeats in {line!r}"
        if value.startswith('"'):
            value = unescape(value[1:-1])
        elif NUMBER.match(value):
            value = int(value)
        values[name] = value
        at = pair.end()
    return subject, values


class Snapshot:
    """One whole snapshot. s["total"]["requests"], s.all("worker")."""

    def __init__(self, text):
        self.text = text
        assert text.endswith("\n"), f"a cut snapshot: {text[-200:]!r}"
        self.lines = [parse_logfmt(line) for line in text[:-1].split("\n")]
        subject, end = self.lines[-1]
        assert subject == "end", f"no end: {text[-200:]!r}"
        assert end["lines"] in (len(self.lines), len(self.lines) - 1), (
            f"{end} after {len(self.lines)} lines")

    def all(self, subject, **where):
        return [values for name, values in self.lines if name == subject and
                all(values.get(k) == v for k, v in where.items())]

    def __getitem__(self, subject):
        found = self.all(subject)
        assert found, f"no line {subject!r} in the snapshot:\n{self.text}"
        return found[0]

    @property
    def workers(self):
        return self.all("worker")

    def counter(self, name, who="total"):
        """A figure of the complete list of counters."""
        for line in self.all("counters", who=who):
            if name in line:
                return line[name]
        raise AssertionError(f"no counter {name} of {who}:\n{self.text}")
