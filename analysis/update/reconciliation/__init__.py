"""Two extractors' workbooks compared: where they disagree, how often they agree, what is agreed."""
