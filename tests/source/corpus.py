"""Files with keys in them, and files that only look so: what detectors are measured on."""

from __future__ import annotations

import base64
import json
import random
import string
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from tests.source import planted
from tests.source.planted import Key, base64s, hexes


class Sample(NamedTuple):
    """A file. `keys` are the texts of each planted credential, any one of which is to be found."""

    name: str
    path: str
    text: str
    keys: tuple[tuple[str, ...], ...] = ()


Random = random.Random
Written = Callable[[Random, Key], str]


def _notebook(rng: Random, key: Key) -> str:
    source = ["import boto3\n", f"client = boto3.client('s3', aws_access_key_id='{key.id}',\n"]
    source.append(f"    aws_secret_access_key='{key.secret}')\n")
    image = {"output_type": "display_data", "data": {"image/png": base64s(rng, 900)}}
    cell = {"cell_type": "code", "source": source, "outputs": [image]}
    return json.dumps({"cells": [cell], "nbformat": 4}, indent=1)


def _kubernetes(_: Random, key: Key) -> str:
    told, hidden = (base64.b64encode(text.encode()).decode() for text in (key.id, key.secret))
    return (
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: aws\ndata:\n"
        f"  AWS_ACCESS_KEY_ID: {told}\n  AWS_SECRET_ACCESS_KEY: {hidden}\n"
    )


def _neighbours(rng: Random, key: Key) -> str:
    """A pair among hashes and blobs of its own shape."""
    return (
        f'cert = "{base64s(rng, 30)}"\nchecksum: {hexes(rng, 40)}\nid: {key.id}\n'
        f"digest: sha256-{base64s(rng, 32)}\nsecret: {key.secret}\nblob: {base64s(rng, 120)}\n"
    )


PAIRS: Mapping[str, tuple[str, Written]] = {
    "dotenv": (".env", lambda _, k: f"AWS_ACCESS_KEY_ID={k.id}\nAWS_SECRET_ACCESS_KEY={k.secret}\n"),
    "dotenv_quoted": (
        "prod.env",
        lambda _, k: f"export AWS_ACCESS_KEY_ID='{k.id}'\nexport AWS_SECRET_ACCESS_KEY='{k.secret}'\n",
    ),
    "credentials": (
        "credentials",
        lambda _, k: f"[default]\naws_access_key_id = {k.id}\naws_secret_access_key = {k.secret}\n",
    ),
    "python": (
        "upload.py",
        lambda _, k: (
            "import boto3\n\ns3 = boto3.client(\n    's3',\n"
            f'    aws_access_key_id="{k.id}",\n    aws_secret_access_key="{k.secret}",\n)\n'
        ),
    ),
    "positional": ("old.py", lambda _, k: f"conn = boto.connect_s3('{k.id}', '{k.secret}')\n"),
    "javascript": (
        "aws.js",
        lambda _, k: (
            f"AWS.config.update({{ accessKeyId: '{k.id}',\n  secretAccessKey: '{k.secret}', region: 'us-east-1' }});\n"
        ),
    ),
    "java": (
        "Client.java",
        lambda _, k: f'var c = new BasicAWSCredentials("{k.id}",\n        "{k.secret}");\n',
    ),
    "go": (
        "main.go",
        lambda _, k: f'creds := credentials.NewStaticCredentials("{k.id}", "{k.secret}", "")\n',
    ),
    "json": (
        "key.json",
        lambda _, k: json.dumps({"AccessKey": {"AccessKeyId": k.id, "SecretAccessKey": k.secret}}, indent=2),
    ),
    "json_one_line": (
        "compact.json",
        lambda _, k: json.dumps({"AccessKeyId": k.id, "SecretAccessKey": k.secret}),
    ),
    "json_escaped": (
        "export.json",
        lambda _, k: json.dumps({"access_key": k.id, "secret_key": k.secret}).replace("/", "\\/"),
    ),
    "yaml": ("config.yml", lambda _, k: f"aws:\n  access_key: {k.id}\n  secret_key: {k.secret}\n"),
    "yaml_name_value": (
        "task.yaml",
        lambda _, k: (
            f"env:\n  - name: AWS_ACCESS_KEY_ID\n    value: {k.id}\n"
            f"  - name: AWS_SECRET_ACCESS_KEY\n    value: {k.secret}\n"
        ),
    ),
    "yaml_folded": (
        "folded.yaml",
        lambda _, k: f"access_key_id: >-\n  {k.id}\nsecret_access_key: >-\n  {k.secret}\n",
    ),
    "terraform": (
        "main.tf",
        lambda _, k: (
            'provider "aws" {\n  region     = "ap-northeast-1"\n'
            f'  access_key = "{k.id}"\n  secret_key = "{k.secret}"\n}}\n'
        ),
    ),
    "tfstate": (
        "terraform.tfstate",
        lambda r, k: json.dumps(
            {
                "attributes": {
                    "id": k.id,
                    "secret": k.secret,
                    "ses_smtp_password_v4": base64s(r, 33),
                    "user": "ci",
                }
            },
            indent=2,
        ),
    ),
    "notebook": ("analysis.ipynb", _notebook),
    "dockerfile": (
        "Dockerfile",
        lambda _, k: (
            f"FROM python:3.11\nENV AWS_ACCESS_KEY_ID={k.id} \\\n    AWS_SECRET_ACCESS_KEY={k.secret}\n"
        ),
    ),
    "compose": (
        "docker-compose.yml",
        lambda _, k: (
            f"environment:\n  - AWS_ACCESS_KEY_ID={k.id}\n  - AWS_SECRET_ACCESS_KEY={k.secret}\n  - TZ=Asia/Tokyo\n"
        ),
    ),
    "csv_of_console": (
        "rootkey.csv",
        lambda _, k: f"Access key ID,Secret access key\r\n{k.id},{k.secret}\r\n",
    ),
    "url": (
        "backup.sh",
        lambda _, k: (
            f"s3cmd put x s3://{k.id}:{k.secret.replace('/', '%2F').replace('+', '%2B')}@bucket/key\n"
        ),
    ),
    "powershell": ("set.ps1", lambda _, k: f"Set-AWSCredential -AccessKey {k.id} -SecretKey {k.secret}\n"),
    "properties": (
        "app.properties",
        lambda _, k: f"cloud.aws.credentials.accessKey={k.id}\ncloud.aws.credentials.secretKey={k.secret}\n",
    ),
    "xml": (
        "core-site.xml",
        lambda _, k: (
            f"<property><name>fs.s3a.access.key</name><value>{k.id}</value></property>\n"
            f"<property><name>fs.s3a.secret.key</name><value>{k.secret}</value></property>\n"
        ),
    ),
    "commented_out": ("view.py", lambda _, k: f"# key {k.id} / {k.secret} (until March)\nrun()\n"),
    "markdown_ja": (
        "手順.md",
        lambda _, k: f"アクセスキーは `{k.id}`、\nシークレットは `{k.secret}` です。\n",
    ),
    "crlf": ("win.env", lambda _, k: f"aws_access_key_id={k.id}\r\naws_secret_access_key={k.secret}\r\n"),
    "kubernetes_base64": ("secret.yaml", _kubernetes),
    "among_neighbours": ("mixed.txt", _neighbours),
    "minified": (
        "bundle.min.js",
        lambda r, k: (
            f'!function(e){{var a="{base64s(r, 200)}",t={{accessKeyId:"{k.id}",secretAccessKey:"{k.secret}"}};'
            f'e.exports=t,n.d("{hexes(r, 40)}")}}(this);'
        ),
    ),
}


def pairs(rng: Random) -> Iterator[Sample]:
    """An access key in every way that people write it down."""
    for name, (path, write) in PAIRS.items():
        key = planted.long_term(rng)
        text = write(rng, key)
        spelled = [key.id, key.secret, key.secret.replace("/", "\\/")]
        spelled += [base64.b64encode(t.encode()).decode() for t in (key.id, key.secret)]
        spelled.append(key.secret.replace("/", "%2F").replace("+", "%2B"))
        yield Sample(name, path, text, (tuple(spelled),))


def alone(rng: Random) -> Iterator[Sample]:
    """Half of a key: it leaked all the same."""
    one, two, three, four = (planted.long_term(rng) for _ in range(4))
    yield Sample("id_alone", "notes.txt", f"deploy uses {one.id}, ask Sato\n", ((one.id,),))
    yield Sample("secret_alone", ".envrc", f"export AWS_SECRET_ACCESS_KEY={two.secret}\n", ((two.secret,),))
    yield Sample(
        "secret_alone_json", "s.json", json.dumps({"aws_secret_key": three.secret}), ((three.secret,),)
    )
    far = "\n".join(f"line_{n} = {n}" for n in range(60))
    text = f"KEY = '{four.id}'\n{far}\nAWS_SECRET = '{four.secret}'\n"
    yield Sample("far_apart", "far.py", text, ((four.id,), (four.secret,)))


def sessions(rng: Random) -> Iterator[Sample]:
    """Temporary credentials: three texts, each of which is to be found."""
    one, two = planted.session(rng), planted.session(rng)
    text = f"AWS_ACCESS_KEY_ID={one.id}\nAWS_SECRET_ACCESS_KEY={one.secret}\nAWS_SESSION_TOKEN={one.token}\n"
    yield Sample("session_env", ".env", text, ((one.id, one.secret), (one.token,)))
    told = {"AccessKeyId": two.id, "SecretAccessKey": two.secret, "SessionToken": two.token}
    found = ((two.id, two.secret), (two.token,))
    yield Sample(
        "session_json", "assumed.json", json.dumps({"Version": 1, "Credentials": told}, indent=1), found
    )
    three = planted.session(rng)
    yield Sample("token_alone", "t.sh", f'export AWS_SESSION_TOKEN="{three.token}"\n', ((three.token,),))
    four = planted.session(rng)
    yield Sample("token_without_a_name", "request.txt", f"token\n{four.token}\n", ((four.token,),))


def bedrock(rng: Random) -> Iterator[Sample]:
    """Bedrock API keys, of both kinds."""
    long, named, short, quoted = (
        planted.bedrock_long(rng),
        planted.bedrock_long(rng, user="summarizer-of-tickets"),
        planted.bedrock_short(rng),
        planted.bedrock_short(rng),
    )
    yield Sample("bedrock_env", ".env", f"AWS_BEARER_TOKEN_BEDROCK={long}\n", ((long,),))
    yield Sample("bedrock_of_a_user", "app.py", f'client = connect(key="{named}")\n', ((named,),))
    yield Sample("bedrock_short", "run.sh", f"export AWS_BEARER_TOKEN_BEDROCK={short}\n", ((short,),))
    yield Sample("bedrock_short_json", "s.json", json.dumps({"api_key": quoted}), ((quoted,),))


def planted_in(rng: Random) -> list[Sample]:
    return [*pairs(rng), *alone(rng), *sessions(rng), *bedrock(rng)]


def _lock(rng: Random) -> str:
    packages = {
        f"node_modules/pkg{n}": {
            "version": f"1.{n}.0",
            "resolved": f"https://registry.npmjs.org/pkg{n}/-/pkg{n}-1.{n}.0.tgz#{hexes(rng, 40)}",
            "integrity": f"sha512-{base64s(rng, 64)}",
        }
        for n in range(40)
    }
    return json.dumps({"lockfileVersion": 3, "packages": packages}, indent=2)


def _minified(rng: Random) -> str:
    parts = [
        f'{rng.choice("abcdefgh")}["{planted.words(rng, 40)}"]=t.{planted.words(rng, 8)}' for _ in range(120)
    ]
    return "!function(e,t){" + ";".join(parts) + "}(this,window);"


LOOK_ALIKES: Mapping[str, tuple[str, Callable[[Random], str]]] = {
    "uuids": (
        "ids.txt",
        lambda r: "\n".join(f"key: {uuid.UUID(int=r.getrandbits(128))}" for _ in range(30)),
    ),
    "git_pins": (
        "requirements.txt",
        lambda r: "\n".join(f"pkg{n} @ git+https://example.com/p{n}.git@{hexes(r, 40)}" for n in range(20)),
    ),
    "action_pins": (
        "ci.yml",
        lambda r: "\n".join(f"- uses: actions/secret-key@{hexes(r, 40)} # v{n}" for n in range(10)),
    ),
    "hashes_of_secrets": (
        "hashes.txt",
        lambda r: "\n".join(f"secret_key_sha1 = {hexes(r, 40)}" for _ in range(10)),
    ),
    "upper_hashes": (
        "upper.txt",
        lambda r: "\n".join(f'thumbprint key: "{hexes(r, 40).upper()}"' for _ in range(10)),
    ),
    "sri": (
        "index.html",
        lambda r: "\n".join(
            f'<script src="a.js" integrity="sha384-{base64s(r, 48)}" crossorigin></script>' for _ in range(12)
        ),
    ),
    "npm_lock": ("package-lock.json", _lock),
    "yarn_lock": (
        "yarn.lock",
        lambda r: "\n".join(
            f'p{n}@^1.0.0:\n  resolved "https://example.com/p{n}.tgz#{hexes(r, 40)}"\n  integrity sha1-{base64s(r, 20)}'
            for n in range(20)
        ),
    ),
    "pip_lock": (
        "requirements.lock",
        lambda r: "\n".join(f"pkg{n}==1.0 \\\n    --hash=sha256:{hexes(r, 64)}" for n in range(30)),
    ),
    "cargo_lock": (
        "Cargo.lock",
        lambda r: "\n".join(
            f'[[package]]\nname = "secret{n}"\nchecksum = "{hexes(r, 64)}"' for n in range(20)
        ),
    ),
    "go_sum": (
        "go.sum",
        lambda r: "\n".join(f"example.com/key{n} v1.0.0 h1:{base64s(r, 32)}" for n in range(20)),
    ),
    "documentation": (
        "README.md",
        lambda _: (
            "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"
            "AWS_ACCESS_KEY_ID=AKIAI44QH8DHBEXAMPLE\nAWS_SECRET_ACCESS_KEY=je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\n"
        ),
    ),
    "placeholders": (
        "sample.env",
        lambda _: (
            "AWS_ACCESS_KEY_ID=AKIAXXXXXXXXXXXXXXXX\nAWS_SECRET_ACCESS_KEY=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
            "AWS_ACCESS_KEY_ID=<your key id>\nAWS_SECRET_ACCESS_KEY=${SECRET_FROM_PARAMETER_STORE_OF_PRODUCTION}\n"
            "AWS_SESSION_TOKEN=your-session-token-goes-here\n"
        ),
    ),
    "identifiers": (
        "names.py",
        lambda _: (
            "aws_secret_access_key = loadSecretAccessKeyFromParameterStoreV2(env)\n"
            "secret_key_path = 'deploy/production/Secrets/AccessKeyRotation'\n"
            "aws_secret = AwsSecretsManagerClientFactoryProvider12(region)\n"
            "access_key = 'theAccessKeyOfTheServiceThatBuildsOurSite'\n"
        ),
    ),
    "arns": (
        "policy.json",
        lambda r: "\n".join(
            f'"arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/Key-{planted.words(r, 6)}"'
            for _ in range(10)
        ),
    ),
    "role_ids": (
        "roles.txt",
        lambda r: "\n".join(
            f"AROA{planted.key_id(r, '111122223333')[4:]} AIDA{planted.key_id(r, '111122223333')[4:]}"
            for _ in range(8)
        ),
    ),
    "base64_image": (
        "logo.css",
        lambda r: f".logo{{background:url(data:image/png;base64,{base64s(r, 4000)})}}",
    ),
    "wrapped_base64": (
        "cert.pem",
        lambda r: (
            "-----BEGIN CERTIFICATE-----\n"
            + base64.encodebytes(r.randbytes(1200)).decode()
            + "-----END CERTIFICATE-----\n"
        ),
    ),
    "forty_columns": (
        "armor.txt",
        lambda r: (
            "key block\n" + "\n".join(t[i : i + 40] for t in [base64s(r, 900)] for i in range(0, 1200, 40))
        ),
    ),
    "minified": ("vendor.min.js", _minified),
    "source_map": (
        "app.js.map",
        lambda r: json.dumps(
            {"version": 3, "mappings": ";".join(planted.words(r, r.randint(4, 60)) for _ in range(200))}
        ),
    ),
    "public_keys": (
        "authorized_keys",
        lambda r: "\n".join(
            f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{planted.words(r, 43)} user{n}@example.com"
            for n in range(6)
        ),
    ),
    "cache_keys": (
        "cache.log",
        lambda r: "\n".join(
            f"cache key: linux-{hexes(r, 40)} token={planted.words(r, 12)}" for _ in range(20)
        ),
    ),
    "upper_words": (
        "words.txt",
        lambda _: "ASIAPACIFICNORTHEAST AKIAPPLIANCESTORE AKIANDFRIENDSOFJAPAN ASIATRAVELASSOCIATES\n",
    ),
    "container_digests": (
        "images.txt",
        lambda r: "\n".join(
            f"111122223333.dkr.ecr.us-east-1.amazonaws.com/app@sha256:{hexes(r, 64)}" for _ in range(10)
        ),
    ),
}


def look_alikes(rng: Random) -> list[Sample]:
    return [Sample(name, path, write(rng)) for name, (path, write) in LOOK_ALIKES.items()]


def others(rng: Random) -> list[Sample]:
    """Secrets of other makers: what an engine is for."""
    upper, lower = string.ascii_uppercase + string.digits, string.ascii_lowercase + string.digits
    body = base64s(rng, 1200)
    lines = "\n".join(body[i : i + 64] for i in range(0, len(body), 64))
    told = {
        "github_pat": "ghp_" + planted.words(rng, 36),
        "github_fine": f"github_pat_{planted.words(rng, 22)}_{planted.words(rng, 59)}",
        "gitlab_pat": "glpat-" + planted.words(rng, 20),
        "slack_bot": f"xoxb-{rng.randrange(10**11, 10**12)}-{rng.randrange(10**12, 10**13)}-{planted.words(rng, 24)}",
        "slack_webhook": f"https://hooks.slack.com/services/T{_of(rng, upper, 10)}/B{_of(rng, upper, 10)}/{planted.words(rng, 24)}",
        "google_api": "AIza" + planted.words(rng, 35),
        "stripe": "sk_live_" + planted.words(rng, 24),
        "npm": "npm_" + planted.words(rng, 36),
        "openai": f"sk-proj-{planted.words(rng, 74)}T3BlbkFJ{planted.words(rng, 74)}",
        "sendgrid": f"SG.{planted.words(rng, 22)}.{planted.words(rng, 43)}",
        "pypi": "pypi-AgEIcHlwaS5vcmc" + planted.words(rng, 160),
        "twilio": "SK" + hexes(rng, 32),
        "huggingface": "hf_" + _of(rng, string.ascii_letters, 34),
        "database_url": f"postgres://app:{planted.words(rng, 18)}@db.internal.example.com:5432/shop",
        "private_key": f"-----BEGIN RSA PRIVATE KEY-----\n{lines}\n-----END RSA PRIVATE KEY-----",
        "azure": f"{planted.words(rng, 3)}{rng.randrange(10)}Q~{_of(rng, lower, 34)}",
    }
    return [
        Sample(
            name,
            "settings.py",
            f'TOKEN = """{text}"""\n' if "\n" in text else f'TOKEN = "{text}"\n',
            ((text,),),
        )
        for name, text in told.items()
    ]


def _of(rng: Random, letters: str, length: int) -> str:
    return "".join(rng.choices(letters, k=length))
