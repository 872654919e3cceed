"""More ways of writing a key down, made after the detector was: what it was not tuned to."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping

from tests.source import planted
from tests.source.corpus import Sample
from tests.source.planted import Key

WAYS: Mapping[str, tuple[str, Callable[[Key], str]]] = {
    "csharp": (
        "S3.cs",
        lambda k: (
            f'var client = new AmazonS3Client(\n    "{k.id}",\n    "{k.secret}",\n    RegionEndpoint.USEast1);\n'
        ),
    ),
    "php": ("s3.php", lambda k: f"'credentials' => ['key' => '{k.id}', 'secret' => '{k.secret}'],\n"),
    "ruby": ("aws.rb", lambda k: f"Aws::Credentials.new('{k.id}', '{k.secret}')\n"),
    "appsettings": (
        "appsettings.json",
        lambda k: json.dumps({"AWS": {"Profile": {"Access": k.id, "Secret": k.secret}}}, indent=4),
    ),
    "terraform_variables": (
        "variables.tf",
        lambda k: (
            f'variable "aws_access_key" {{\n  type    = string\n  default = "{k.id}"\n}}\n\n'
            f'variable "aws_secret_key" {{\n  type    = string\n  default = "{k.secret}"\n}}\n'
        ),
    ),
    "aws_configure": (
        "setup.sh",
        lambda k: (
            f"aws configure set aws_access_key_id {k.id}\naws configure set aws_secret_access_key {k.secret}\n"
        ),
    ),
    "curl": (
        "call.sh",
        lambda k: (
            f'curl --aws-sigv4 "aws:amz:us-east-1:s3" --user "{k.id}:{k.secret}" https://s3.example.com\n'
        ),
    ),
    "postman": (
        "collection.json",
        lambda k: json.dumps(
            {"awsv4": [{"key": "secretKey", "value": k.secret}, {"key": "accessKey", "value": k.id}]},
            indent=2,
        ),
    ),
    "spark": (
        "submit.sh",
        lambda k: (
            f"spark-submit --conf spark.hadoop.fs.s3a.access.key={k.id} --conf spark.hadoop.fs.s3a.secret.key={k.secret} job.py\n"
        ),
    ),
    "toml": (
        "config.toml",
        lambda k: (
            f'[storage]\nbucket = "x"\naccess_key_id = "{k.id}"\nregion = "auto"\nsecret_access_key = "{k.secret}"\n'
        ),
    ),
    "rclone": (
        "rclone.conf",
        lambda k: (
            f"[s3]\ntype = s3\nprovider = AWS\naccess_key_id = {k.id}\nsecret_access_key = {k.secret}\n"
        ),
    ),
    "workflow": (
        "deploy.yml",
        lambda k: f"    env:\n      AWS_ACCESS_KEY_ID: {k.id}\n      AWS_SECRET_ACCESS_KEY: {k.secret}\n",
    ),
    "ansible": (
        "play.yml",
        lambda k: (
            f"- s3_object:\n    aws_access_key: '{k.id}'\n    aws_secret_key: '{k.secret}'\n    mode: put\n"
        ),
    ),
    "kotlin_constants": (
        "Keys.kt",
        lambda k: f'const val KEY = "{k.id}"\nconst val SECRET = "{k.secret}"\n',
    ),
    "log": (
        "debug.log",
        lambda k: (
            f"2026-11-22 10:00 DEBUG credentials=Credentials(access_key='{k.id}', secret_key='{k.secret}', token=None)\n"
        ),
    ),
    "text_in_json": (
        "ssm.json",
        lambda k: json.dumps(
            {"env": f"A=1\nAWS_ACCESS_KEY_ID={k.id}\nAWS_SECRET_ACCESS_KEY={k.secret}\nB=2\n"}
        ),
    ),
    "sql": (
        "load.sql",
        lambda k: (
            f"COPY t FROM 's3://b/x' CREDENTIALS 'aws_access_key_id={k.id};aws_secret_access_key={k.secret}';\n"
        ),
    ),
    "secret_first": ("rev.ini", lambda k: f"aws_secret_access_key={k.secret}\naws_access_key_id={k.id}\n"),
    "tsv": ("keys.tsv", lambda k: f"ci\t{k.id}\t{k.secret}\tActive\n"),
    "in_two_parts": (
        "split.py",
        lambda k: f"KEY = '{k.id}'\nSECRET = ('{k.secret[:20]}'\n          '{k.secret[20:]}')\n",
    ),
    "html_form": ("form.html", lambda k: f'<input name="secretKey" value="{k.secret}" type="hidden">\n'),
    "secret_in_ja": ("memo.txt", lambda k: f"シークレットアクセスキー: {k.secret}\n"),
    "dart_define": ("run.sh", lambda k: f"flutter run --dart-define=AWS_SECRET={k.secret}\n"),
    "helm": ("values.yaml", lambda k: f'aws:\n  accessKeyID: "{k.id}"\n  secretAccessKey: "{k.secret}"\n'),
}


def more(rng: random.Random) -> Iterator[Sample]:
    for name, (path, write) in WAYS.items():
        key = planted.long_term(rng)
        yield Sample(name, path, write(key), ((key.id, key.secret, key.secret[:20]),))
