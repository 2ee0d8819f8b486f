"""The team of a school: absences, deputies, duty of the city's team, rooms and hours."""
