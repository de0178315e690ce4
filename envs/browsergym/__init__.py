"""BrowserGym seen as an `Env`: its observation dictionaries, and its actions as lines of text.

Nothing of BrowserGym is imported: its Playwright is another one than handeye's, so it lives in an
environment of its own (docs/gymnasium.md).
"""

from handeye.envs.browsergym.env import ACTION_SUBSETS, BrowserGymEnv, goal_of
from handeye.envs.browsergym.looks import observation_of
from handeye.envs.browsergym.words import words_of

__all__ = ["ACTION_SUBSETS", "BrowserGymEnv", "goal_of", "observation_of", "words_of"]
