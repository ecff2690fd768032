# SPDX-License-Identifier: Apache-2.0
"""What is raised for input that cannot be taken as it is."""


class Refused(ValueError):
    """Input that the command line refuses, too: what is wrong, what to do, and a stable code such as E_RANGE."""

    def __init__(self, code: str, reason: str, remedy: str) -> None:
        super().__init__(code, reason, remedy)
        self.code = code
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.reason}: {self.remedy} ({self.code})"
