"""The window: the only room that knows Flet. It asks the services for values and shows them."""
