"""The demonstration: real authorities, real published figures; made-up people, quarters and events.

It is played through the same actions that people use, each with the day on which it would have happened.
"""
