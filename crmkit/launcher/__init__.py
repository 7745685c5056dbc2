"""Starting and stopping the servers: `with Stack(StackOptions(data=...)) as urls: ...`.

Nothing else in the test kit starts a server; everything else meets them over HTTP.
"""

from crmkit.launcher.errors import LaunchError, LaunchRefused, ServerFailed, StopRequested
from crmkit.launcher.options import StackOptions
from crmkit.launcher.stack import Stack, StackUrls

__all__ = [
    "LaunchError",
    "LaunchRefused",
    "ServerFailed",
    "Stack",
    "StackOptions",
    "StackUrls",
    "StopRequested",
]
