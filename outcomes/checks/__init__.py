"""The rule pack: what a record may not say (hard), and what asks for a reason (soft).

To add a check, write one short function under `@rule` in the module of its subject,
with an example record that passes and one that fails.
"""

from outcomes.checks.examination import BY_ID, RULES, examine, hard
from outcomes.checks.rules import Rule, Severity, Violation

__all__ = ["BY_ID", "RULES", "Rule", "Severity", "Violation", "examine", "hard"]
