"""The record's own values: people, studies, series, pictures. Pure: no disk, clock or network."""
