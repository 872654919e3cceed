"""青嶺フーズ (Aomine Foods): an invented food company and its AWS accounts.

The account numbers are the ones that AWS's documentation uses for examples.
"""

from __future__ import annotations

from ishigaki.demo.accounts.audit import AUDIT
from ishigaki.demo.accounts.log_archive import LOG_ARCHIVE
from ishigaki.demo.accounts.orders import ORDERS
from ishigaki.demo.accounts.sandbox import SANDBOX
from ishigaki.demo.accounts.shop import SHOP
from ishigaki.demo.steps import REGIONS, TOKYO, Member

MARK = "# Written by `ishigaki demo`: the invented company."
NAME = "青嶺フーズ Aomine Foods"
ROLE, EXTERNAL_ID = "IshigakiRead", "aomine-foods-demo-0001"
TOOLING = "999999999999"  # where the scan runs; it enters all the others by their role
NEW_VENTURE = Member(
    id="555566667777",
    name="新規事業-検証 new-venture",
    environment="development",
    owner="新規事業開発室 <venture@aomine-foods.example>",
)
# The log archive first: the others deliver to its buckets.
COMPANY = (LOG_ARCHIVE, AUDIT, ORDERS, SHOP, SANDBOX, NEW_VENTURE)


def estate(language: str) -> str:
    """The company's estate file."""
    regions = ", ".join(f'"{region}"' for region in REGIONS)
    head = f"""\
{MARK}

[estate]
name = "{NAME}"
language = "{language}"
home_region = "{TOKYO}"
regions = [{regions}]
role = "{ROLE}"
external_id = "{EXTERNAL_ID}"
"""
    return head + "".join(_entry(member) for member in COMPANY)


def _entry(member: Member) -> str:
    return f"""
[[accounts]]
id = "{member.id}"
name = "{member.name}"
environment = "{member.environment}"
owner = "{member.owner}"
"""
