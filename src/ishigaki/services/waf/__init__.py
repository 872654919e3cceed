"""AWS WAF: WAF Classic, global and regional, and WAF (version 2)."""
