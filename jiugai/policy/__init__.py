"""Policy at run time: verdicts kept, waivers, evidence, occurrences and their line-ups, the policy library."""
