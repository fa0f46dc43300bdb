"""The staff room: who may come in, the cases of people, questions nobody answered, content, figures.

It knows content, storage and channels; nothing knows it but `app` and the commands.
"""
