"""handeye's agent in BrowserGym's environments, and as an agent of BrowserGym and AgentLab.

    from handeye.agent.browsergym import play
    env = gymnasium.make("browsergym/miniwob.click-test")
    print(play(env, seed=1).reward)

How to install them together, and what cannot be: docs/gymnasium.md.
"""

from handeye.agent.browsergym.agent import HandeyeAgent
from handeye.agent.browsergym.play import BrowserGymRun, play
from handeye.agent.browsergym.run import Who

__all__ = ["BrowserGymRun", "HandeyeAgent", "Who", "play"]
