"""The subcommands of `crmkit`, one module each."""
