"""The baseline of an account: what it should look like, composed of the rooms' remediations.

An item is a remediation with the values it aims at. What is not named is not managed: nothing is ever deleted
because a file does not mention it. The baseline sets; what is chased is the policy's to decide.
"""

from __future__ import annotations

from collections.abc import Mapping

from ishigaki.core.remediation import Remediation
from ishigaki.services import remedies

# In the order they are set up: logs have a place before anything writes them, Config records before Security
# Hub judges. What only AWS Organizations can do (delegated administrators, an organization's trail) has its
# place at the head of this list once the product builds organizations.
ORDER: Mapping[str, str] = {
    "log_store": "keep_logs",
    "trail": "record_all_management_events",
    "log_groups": "keep_log_groups",
    "config": "record_configuration",
    "security_hub": "judge_by_security_hub",
    "control_parameters": "tune_control",
    "guardduty": "watch_for_threats",
    "access_analyzer": "analyze_external_access",
    "password_policy": "strengthen_password_policy",
    "support_role": "make_support_role",
    "s3_public_access": "block_public_access_of_account",
    "ebs_encryption": "encrypt_volumes_by_default",
    "default_security_groups": "empty_default_security_group",
    "public_snapshots": "block_public_snapshots",
    "public_images": "block_public_images",
    "public_documents": "block_public_documents",
    "public_clusters": "block_public_clusters",
    "imdsv2": "require_imdsv2_by_default",
    "serial_console": "close_serial_console",
    "flow_logs": "log_rejected_traffic",
    "public_addresses": "stop_public_addresses",
    "contacts": "register_contacts",
    "root_alert": "alert_on_root_use",
    "budget": "set_budget_alarm",
    "cost_anomaly": "watch_cost_anomalies",
    "interface_endpoints": "open_interface_endpoints",
    "macie": "look_for_sensitive_data",
    "macie_discovery": "discover_sensitive_data",
    "inspector_instances": "scan_instances",
    "inspector_images": "scan_images",
    "inspector_functions": "scan_functions",
    "inspector_code": "scan_function_code",
}


def items() -> dict[str, Remediation]:
    """The remediation of every item, in the order of the set-up."""
    return {name: remedies()[remedy] for name, remedy in ORDER.items()}
