"""Pointer, keyboard and windows of an X11 display, through XTEST.

pyautogui is not used here: it is bound to one display for the whole process, and has no way to
send what the keyboard layout lacks, the thumb's buttons, or keys of the keypad.
"""
