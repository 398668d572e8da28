"""Forms of works. They say what is wrong with what was typed; whether it may be done, the actions say."""
