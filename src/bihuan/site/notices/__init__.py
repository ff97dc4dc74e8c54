"""Pages and calls over notices: doors, deliveries, quiet hours, subscriptions, calendar feeds."""
