"""Reads a tlog-tiles log, written from the C2SP and RFC texts alone: python3 read_log.py DIR VKEY.

Checks the signature of the checkpoint (RFC 8032, affine arithmetic), recomputes the root from the
entries by RFC 6962's own definition, and compares the tiles. Prints size and root.
"""
import base64
import hashlib
import os
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + k, P - 2, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - k, P - 2, P) % P
    return x, y


def times(n, point):
    result = (0, 1)
    while n:
        if n & 1:
            result = add(result, point)
        point = add(point, point)
        n >>= 1
    return result


def decode(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert (x * x - square) % P == 0, "no point"
    return (P - x if x & 1 != sign else x), y


BASE = decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    return s < L and times(s, BASE) == add(decode(r), times(h, decode(key)))


def root(leaves):
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def path(index):
    text = "%03d" % (index % 1000)
    while index >= 1000:
        index //= 1000
        text = "x%03d/" % (index % 1000) + text
    return text


def read(directory, kind, index, width):
    name = os.path.join(directory, "tile", kind, path(index))
    with open(name if width == 256 else "%s.p/%d" % (name, width), "rb") as file:
        return file.read()


def main(directory, vkey):
    with open(os.path.join(directory, "checkpoint"), encoding="utf-8", newline="") as file:
        text, signatures = file.read().rsplit("\n\n", 1)
    text += "\n"
    name, key_id, typed = vkey.split("+", 2)
    typed = base64.b64decode(typed)
    assert typed[0] == 1 and len(typed) == 33
    assert hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4].hex() == key_id, "key id"
    found = False
    for line in signatures.splitlines():
        dash, signer, encoded = line.split(" ")
        raw = base64.b64decode(encoded, validate=True)
        assert dash == "\u2014"
        if signer == name and raw[:4].hex() == key_id:
            assert signed(typed[1:], text.encode(), raw[4:]), "signature"
            found = True
    assert found, "not signed by this key"
    origin, size, expected = text.splitlines()[:3]
    assert origin == name
    size = int(size)
    leaves = []
    for index in range((size + 255) // 256):
        width = min(256, size - 256 * index)
        bundle = read(directory, "entries", index, width)
        hashes = []
        while bundle:
            length = int.from_bytes(bundle[:2], "big")
            assert len(bundle) >= 2 + length, "cut entry"
            hashes.append(hashlib.sha256(b"\x00" + bundle[2 : 2 + length]).digest())
            bundle = bundle[2 + length :]
        assert len(hashes) == width, "bundle"
        assert b"".join(hashes) == read(directory, "0", index, width), "tile"
        leaves += hashes
    level, below = 1, leaves
    while len(below) >= 256:
        below = [root(below[i : i + 256]) for i in range(0, len(below) - 255, 256)]
        for index in range((len(below) + 255) // 256):
            width = min(256, len(below) - 256 * index)
            tile = b"".join(below[256 * index : 256 * index + width])
            assert tile == read(directory, str(level), index, width), "tile above"
        level += 1
    assert base64.b64encode(root(leaves)).decode() == expected, "root"
    print(size, expected)


main(sys.argv[1], sys.argv[2])
