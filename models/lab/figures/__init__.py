"""What is measured: groundings of heads, intervals, and the evaluation of exported files."""
