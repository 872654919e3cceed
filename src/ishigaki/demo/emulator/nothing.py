"""x"""
NOTHING_MADE: dict[tuple[str,str],tuple[str,...]]={}
