"""The commands of `dalil`: each reads its arguments, asks the rooms, and prints."""
