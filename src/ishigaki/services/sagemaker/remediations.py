"""SageMaker: what can be put right."""

from __future__ import annotations

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, Until, alters, change, note, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.sagemaker.controls import NOTEBOOK
from ishigaki.services.sagemaker.resources import NotebookInstance

ROOTED = replace(NOTEBOOK, notebook_instance_status="Stopped", root_access="Enabled")


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(ROOTED),
        leaves(replace(ROOTED, root_access="Disabled")),
        leaves(replace(ROOTED, notebook_instance_status="InService"), skip="notebook_runs"),
        leaves(replace(ROOTED, notebook_instance_status="Updating"), skip="notebook_runs"),
    ],
)
def withdraw_root_access(notebook: NotebookInstance) -> Changes:
    """Takes root access from the users of a stopped notebook instance.

    SageMaker AI changes stopped ones only, and stopping one ends what runs in it: that is for its user to do.
    """
    if notebook.root_access != "Enabled":
        return
    if notebook.notebook_instance_status != "Stopped":
        yield skip("notebook_runs", status=notebook.notebook_instance_status)
        return
    shown = call("sagemaker", "DescribeNotebookInstance", NotebookInstanceName=notebook.name)
    yield change(
        alters(notebook, root_access="Disabled"),
        steps=[
            step(
                "withdraw",
                _give(notebook, "Disabled"),
                undo=_give(notebook, "Enabled"),
                until=Until(shown, "NotebookInstanceStatus", ("Stopped",), seconds=300),
            )
        ],
        notes=(note("lifecycle_scripts_stay_root"),),
    )


def _give(notebook: NotebookInstance, access: str) -> Call:
    return call("sagemaker", "UpdateNotebookInstance", NotebookInstanceName=notebook.name, RootAccess=access)


REMEDIATIONS = {"SageMaker.3": withdraw_root_access}
