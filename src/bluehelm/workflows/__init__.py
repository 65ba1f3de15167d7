"""Which jobs do people ask for? Plain functions that join the store, the domains and the products."""
