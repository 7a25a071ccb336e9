"""Support insurance: plans, policies, and what cover pays of a job."""
