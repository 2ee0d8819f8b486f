"""The drawing kit of the programme: invented people, places and things, put together to one scene for each lesson."""
