"""When a provider works, in any time zone: weekly hours, absences, public holidays."""
