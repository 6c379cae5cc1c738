"""What the service refuses, and why."""

from __future__ import annotations

from typing import List, Optional, Tuple

import grpc
from google.rpc import error_details_pb2, status_pb2

# Where gRPC carries the details of an error.
_DETAILS = "grpc-status-details-bin"


class LangduError(Exception):
    """A call that failed.

    `reason` is the stable name of docs/http.md in capitals (`HOST_NOT_ALLOWED`), or empty where the
    service itself was not reached; `code` is gRPC's; `violations` are the fields that are wrong, each with
    what is wrong with it; `retry_after_s` is how long to wait before the next try, where the service says so.
    """

    def __init__(
        self,
        code: grpc.StatusCode,
        message: str,
        reason: str = "",
        violations: Tuple[Tuple[str, str], ...] = (),
        retry_after_s: Optional[float] = None,
    ) -> None:
        super().__init__(f"{reason or code.name}: {message}")
        self.code = code
        self.message = message
        self.reason = reason
        self.violations = violations
        self.retry_after_s = retry_after_s

    @property
    def is_cut(self) -> bool:
        """Whether the connection broke, as opposed to a refusal: the same call may go well next time."""
        return self.code == grpc.StatusCode.UNAVAILABLE and not self.reason


def from_call(error: grpc.RpcError) -> LangduError:
    """The error of a call as this package tells it."""
    code = error.code()
    reason = ""
    violations: List[Tuple[str, str]] = []
    retry_after_s: Optional[float] = None
    for key, value in error.trailing_metadata() or ():
        if key != _DETAILS:
            continue
        for detail in status_pb2.Status.FromString(value).details:
            if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR):
                info = error_details_pb2.ErrorInfo.FromString(detail.value)
                reason = info.reason if info.domain == "langdu" else reason
            elif detail.Is(error_details_pb2.BadRequest.DESCRIPTOR):
                fields = error_details_pb2.BadRequest.FromString(detail.value).field_violations
                violations.extend((field.field, field.description) for field in fields)
            elif detail.Is(error_details_pb2.RetryInfo.DESCRIPTOR):
                delay = error_details_pb2.RetryInfo.FromString(detail.value).retry_delay
                retry_after_s = delay.seconds + delay.nanos / 1e9
    return LangduError(code, error.details() or "", reason, tuple(violations), retry_after_s)
