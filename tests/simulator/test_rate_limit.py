"""100 requests a second for each client id."""

from ring_simulator import RateLimit, Simulator

from .tools import Clock, Web


async def test_more_than_100_in_a_second_are_refused(
    sim: Simulator, api: Web, clock: Clock
) -> None:
    for _ in range(100):
        assert (await api.get("/v1/users/me")).status == 200
        clock.now += 0.005

    answer = await api.get("/v1/users/me")

    assert answer.status == 429
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    (error,) = (await answer.json())["errors"]
    assert error["title"] == "Rate Limit Exceeded"
    assert "60 seconds" in error["detail"]
    assert sim.rate_limit.max_in_window == 101

    clock.now += 1
    assert (await api.get("/v1/users/me")).status == 200


def test_the_window_slides(clock: Clock) -> None:
    limit = RateLimit(clock, limit=2)
    found = []
    for step in (0, 0.5, 0.5, 0.25, 0.25):
        clock.now += step
        found.append(limit.count("app").allowed)
    # the third comes exactly a second after the first, and takes its place
    assert found == [True, True, True, False, True]
    assert limit.max_in_window == 3


def test_refusals_do_not_prolong_the_wait(clock: Clock) -> None:
    limit = RateLimit(clock, limit=1)
    assert limit.count("app").allowed
    for _ in range(9):
        clock.now += 0.1
        assert not limit.count("app").allowed
    clock.now += 0.2
    assert limit.count("app").allowed


async def test_each_app_has_its_own(sim: Simulator, web: Web) -> None:
    sim.rate_limit.limit = 1
    apps = [sim.client, sim.add_client("Another app")]
    # two accounts share what the app has
    accounts = [sim.account, sim.add_account("Sam", "Reed", "sam@example.com")]
    found = []
    for app in apps:
        for account in accounts:
            token = sim.tokens.issue(account, app).access_token
            headers = {"Authorization": f"Bearer {token}"}
            found.append((await web.get("/v1/users/me", headers=headers)).status)
    assert found == [200, 429, 200, 429]


async def test_strangers_are_not_counted(sim: Simulator, web: Web) -> None:
    sim.rate_limit.limit = 1
    for _ in range(3):
        assert (await web.get("/v1/users/me")).status == 401
    assert sim.rate_limit.max_in_window == 0
