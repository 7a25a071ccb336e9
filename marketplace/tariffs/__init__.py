"""What holds from which day: the vendor's tables of tax, of commission and of the reserve."""
