"""Names of environment variables that say what their value is: a secret, or only where one is and how it is used."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET = re.compile(
    r"PASSWORD(?!_?LESS)|PASSWD|PASSPHRASE|_PASS$|_PWD|CREDENTIAL"
    r"|SECRET(?!ARY|S_?(?:MANAGER|EXTENSION))|TOKEN(?!IZ)"
    r"|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CONNECTION_?STRING"
    r"|(?:^|_)(?:DATABASE|DB|MONGO(?:_?DB)?|MYSQL|POSTGRES(?:QL)?)_?UR[IL]$"
)
# What such a name ends in where the value is no secret: a reference to one, or a setting of how it is used.
_NO_SECRET = re.compile(
    r"_(?:ARN|NAME|ID|PATH|FILE|PARAMETER)S?$"
    r"|_(?:ENABLED|ENDPOINT|EXPIRY|TTL|LENGTH|SECONDS|MINUTES|HOURS|DAYS)$"
    r"|(?:^|_)(?:MAX|MIN)_(?:\w+_)?TOKENS$"
)


def says_secret(name: str) -> bool:
    """Whether a variable of this name holds a secret, as far as its name tells: `DB_PASSWORD` and `dbPassword` do,
    `DB_PASSWORD_ARN` and `TOKEN_TTL` do not."""
    words = "_".join(_WORDS.findall(name)).upper()
    return bool(_SECRET.search(words)) and not _NO_SECRET.search(words)
