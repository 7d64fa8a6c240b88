"""Verifies Rollkeep audit bundles (docs/audit-bundle.md). Shares no code with the application: Python's standard
library, and the openssl program for Ed25519. Prints one JSON line a bundle; exit 0 only if every one is intact."""
import argparse, base64, functools, hashlib, json, re, subprocess, sys, tempfile
from pathlib import Path

ID, HASH = r"[0-9a-f]{32}", r"[0-9a-f]{64}"
CODE = r"(?=.{1,40}\Z)[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
ACTIONS = ("view list create update delete purge export print sign-in sign-out refuse lookup-failed limit-tripped "
           "provision rotate restore recover support redact alarm").split()
METHODS = "password totp passkey activation-code recovery-key system none".split()
NOTE = re.compile(r"((?P<origin>[!-~]+)\n(?P<size>0|[1-9][0-9]{0,14})\n(?P<root>[A-Za-z0-9+/=]{44})\n)\n"
                  r"(?P<lines>(?:— [!-*,-~]+ [A-Za-z0-9+/=]+\n)+)", re.A)

class Bad(Exception):
    """The first thing wrong: a verdict, and the first seq that is wrong or not vouched for."""

def text(pattern): return lambda v: isinstance(v, str) and re.fullmatch(pattern, v) is not None
def nullable(check): return lambda v: v is None or check(v)
def number(v): return type(v) is int and 0 <= v < 2**53
def obj(**fields): return lambda v: type(v) is dict and v.keys() == fields.keys() and all(f(v[k]) for k, f in fields.items())

ENTRY = dict(
    v=lambda v: v == 1 and number(v), school=text(ID), desk=text(ID), incarnation=number, seq=number, prev=text(HASH),
    at=number, actor=obj(user=nullable(text(ID)), role=nullable(text(CODE)), method=METHODS.__contains__),
    action=ACTIONS.__contains__, record=obj(type=text(CODE), id=nullable(text(f"{ID}|{HASH}|[0-9]{{1,15}}-[0-9]{{1,15}}"))),
    subjects=lambda v: type(v) is list and len(v) <= 64 and all(map(text(ID), v)), count=number, scope=text(CODE),
    procedure=text(r"[a-z][A-Za-z0-9-]{0,39}(?:\.[a-z][A-Za-z0-9-]{0,39})?"), request=text(ID), salt=text(ID),
    outcome=text(r"ok|(?:refused|error)(?::[a-z][a-z0-9-]{0,39})?"))
IS_ENTRY, IS_ENTRY_WITH_REASON = obj(**ENTRY), obj(**ENTRY, reason=text(CODE))
IS_HEADER = obj(v=ENTRY["v"], format=lambda v: v == "rollkeep-audit-bundle", school=text(ID), desk=text(ID),
                incarnation=number, key=text(".{44}"), size=number, checkpoints=number)

def unbase64(value):
    raw = base64.b64decode(value, validate=True)
    if base64.b64encode(raw).decode() == value: return raw
    raise ValueError("not canonical base64")

def canonical(line, check):
    """The object on a line, where it is well formed and in the canonical form of RFC 8785; else None."""
    try:
        value = json.loads(line.decode("utf-8")) if len(line) <= 16384 else None
        same = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == line
    except (ValueError, RecursionError): return None
    return value if same and check(value) else None

@functools.cache
def ed25519(key, message, signature):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in ("k", bytes.fromhex("302a300506032b6570032100") + key), ("m", message), ("s", signature):
            Path(folder, name).write_bytes(content)
        command = "openssl pkeyutl -verify -pubin -keyform DER -inkey k -rawin -in m -sigfile s".split()
        return subprocess.run(command, cwd=folder, capture_output=True).returncode == 0

def parse_note(note):
    match = NOTE.fullmatch(note)
    if match is None: return None
    try:
        signatures = [(name, unbase64(s)) for name, s in (line.split(" ")[1:] for line in match["lines"].splitlines())]
        root = unbase64(match["root"])
    except ValueError: return None
    if len(root) != 32 or any(len(s) < 5 for _, s in signatures): return None
    return dict(body=match[1].encode(), origin=match["origin"], size=int(match["size"]), root=root, signatures=signatures)

def key_id(name, kind, key): return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]

def check_signature(note, key, verdict_if_invalid, seq):
    own = [s[4:] for name, s in note["signatures"] if name == note["origin"] and s[:4] == key_id(name, 1, key)]
    if not own: raise Bad("wrong-key", seq)
    if not ed25519(key, note["body"], own[0]): raise Bad(verdict_if_invalid, seq)

def check_cosignature(note, name, key, seq):
    """Whether the witness has countersigned the note. A line under its name and key that does not hold is none it made."""
    own = [s[4:] for n, s in note["signatures"] if n == name and s[:4] == key_id(name, 4, key)]
    for s in own:
        message = b"cosignature/v1\ntime %d\n" % int.from_bytes(s[:8], "big") + note["body"]
        if len(s) != 72 or not ed25519(key, message, s[8:]): raise Bad("rewritten", seq)
    return bool(own)

def root_of(peaks):
    root = peaks[-1] if peaks else hashlib.sha256().digest()
    for left in peaks[-2::-1]: root = hashlib.sha256(b"\1" + left + root).digest()
    return root

def verify(data, key=None, head=None, witness=None, max_unwitnessed=0):
    *lines, leftover = data.split(b"\n")
    if len(leftover) > 16384: lines.append(leftover)
    header = canonical(lines[0], IS_HEADER) if lines else None
    try: bundle_key = unbase64(header["key"]) if header else b""
    except ValueError: bundle_key = b""
    if len(bundle_key) != 32: raise Bad("truncated" if not lines and leftover else "malformed", 0)
    if key not in (None, bundle_key): raise Bad("wrong-key", 0)
    origin, size = "rollkeep/%(school)s/%(desk)s/%(incarnation)d" % header, header["size"]
    if head and head["origin"] != origin: raise Bad("forked", 0)
    if head: check_signature(head, bundle_key, "wrong-key", 0)
    notes, rest, count, previous, seen = {}, lines[1:], header["checkpoints"], None, 0
    for line in rest[:count]:
        seq = previous["size"] if previous else 0
        value = canonical(line, obj(checkpoint=lambda n: type(n) is str))
        note = parse_note(value["checkpoint"]) if value else None
        if note is None or note["origin"] != origin: raise Bad("malformed", seq)
        check_signature(note, bundle_key, "rewritten", seq)
        if previous and note["size"] <= seq:
            fork = note["size"] == seq and note["root"] != previous["root"]
            raise Bad("forked", None) if fork else Bad("malformed", seq)
        if witness and check_cosignature(note, *witness, seen): seen = note["size"]
        notes[note["size"]] = previous = note
    if len(rest) < count: raise Bad("truncated", 0)
    peaks, last, signed, redacted, named = [], bytes(32), 0, [], []
    for seq, line in enumerate([None] + rest[count:], -1):
        if seq == size: raise Bad("malformed", seq)
        if line is not None:
            gone = canonical(line, obj(redacted=text(HASH))) if line.startswith(b'{"redacted":') else None
            entry = gone or canonical(line, lambda v: IS_ENTRY(v) or IS_ENTRY_WITH_REASON(v))
            if entry is None: raise Bad("malformed", seq)
            if gone: redacted.append(seq)
            elif any(entry[k] != header[k] for k in ("school", "desk", "incarnation")): raise Bad("rewritten", seq)
            elif entry["seq"] != seq: raise Bad("gap" if entry["seq"] > seq else "rewritten", seq)
            elif entry["prev"] != last.hex(): raise Bad("rewritten", max(seq - 1, 0))
            elif entry["action"] == "redact" and "-" in (entry["record"]["id"] or ""):
                named.append((*map(int, entry["record"]["id"].split("-")), seq))
            last = subtree = bytes.fromhex(gone["redacted"]) if gone else hashlib.sha256(b"\0" + line).digest()
            n = seq
            while n & 1: subtree, n = hashlib.sha256(b"\1" + peaks.pop() + subtree).digest(), n >> 1
            peaks.append(subtree)
        if seq + 1 in notes and notes[seq + 1]["root"] != root_of(peaks): raise Bad("rewritten", signed)
        if head and head["size"] == seq + 1 and head["root"] != root_of(peaks): raise Bad("forked", None)
        if seq + 1 in notes: signed = seq + 1
    if leftover or len(rest) - count < size: raise Bad("truncated", len(rest) - count)
    if any(n > size for n in notes): raise Bad("truncated", size)
    for seq in redacted:
        if not any(a <= seq <= b < by for a, b, by in named): raise Bad("gap", seq)
    if not notes or signed < size: raise Bad("unwitnessed", signed)
    if head and head["size"] > size: raise Bad("truncated", size)
    if witness and size - seen > max_unwitnessed: raise Bad("unwitnessed", seen)

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundles", nargs="+")
    parser.add_argument("--key", type=unbase64)
    parser.add_argument("--head", type=lambda path: parse_note(Path(path).read_text("utf-8")))
    parser.add_argument("--witness", type=lambda k: (k.split("+", 2)[0], unbase64(k.split("+", 2)[2])[1:]))
    parser.add_argument("--max-unwitnessed", type=int, default=0)
    options, bad = vars(parser.parse_args()), False
    for path in options.pop("bundles"):
        verdict, seq = "intact", None
        try: verify(Path(path).read_bytes(), **options)
        except Bad as found: (verdict, seq), bad = found.args, True
        print(json.dumps({"verdict": verdict, "firstBadSeq": seq}))
    sys.exit(bad)
