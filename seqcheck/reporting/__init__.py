"""From verdicts to what people and machines read; nothing here drives or judges."""
