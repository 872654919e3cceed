"""x"""
HANDLERS={}
GATES={}
