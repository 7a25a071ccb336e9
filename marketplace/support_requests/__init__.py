"""What a customer needs solved: intake, triage, and where it stands."""
