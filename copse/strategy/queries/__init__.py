"""Reading the plan and what lies under it."""
