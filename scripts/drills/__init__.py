"""What `scripts/drill` is made of: a mail server that keeps accounts, a project to send from, and the drills."""
