"""The only wiring: target + plan + scenarios + engines and experiments + checks -> verdicts.

`session` is what the plugin and the Python API use; `errands` runs beyond a process boundary, the rest here.
"""

from seqcheck.runner.session import ResolvedTarget, Session, Settings, TargetError

__all__ = ["ResolvedTarget", "Session", "Settings", "TargetError"]
