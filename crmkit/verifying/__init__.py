"""One run of `crmkit verify`: what was asked for, what is run, against what, and how it ends."""
