"""The secret in an invitation's link.

It is computed from the invitation's id with the installation's key, so that the mail can be
written long after the act without the secret standing anywhere: the row keeps its digest alone.
"""

from base64 import urlsafe_b64encode
from uuid import UUID

from django.utils.crypto import salted_hmac


def secret_of(invitation_id: UUID) -> str:
    """Return the 256-bit secret of an invitation, fit for an address."""
    mac = salted_hmac("casefy.tenants.invitation", str(invitation_id), algorithm="sha256")
    return urlsafe_b64encode(mac.digest()).decode().rstrip("=")


def proof_of(invitation_id: UUID) -> str:
    """Return what the mailed link carries besides, and nothing else shows: whoever has it reads the invited mailbox.

    The link itself proves nothing of the kind: whoever manages members can read it on the screen.
    """
    mac = salted_hmac("casefy.tenants.invitation.mailed", str(invitation_id), algorithm="sha256")
    return urlsafe_b64encode(mac.digest()).decode().rstrip("=")
