Feature: The story of an outage
  A storm from the first call to the archive, as customers, representatives and the IVR see it. Whatever is checked came
  over the interface; operators, the clock and the background act through control. It belongs to no row: the tables
  say what each operation does, and this that they fit together.

  @story
  Scenario: A storm, from the first call to the archive
    Given these customers are on one transformer:
      | customer | priority |
      | home     |          |
      | shop     |          |
      | mill     |          |
      | clinic   | 6        |
    And the IVR calls whom it is told of, and hears "Restored"

    # The lights go out, and two customers call.
    When these customers call:
      | customer | trouble code      | call back | caller                                    |
      | home     | No Power/No Light | yes       | Ada Lovelace; mobile +1 512 555 0101      |
      | shop     | No Power/No Light | yes       | Charles Babbage; landline +1 512 555 0102 |
    Then the calls are taken, and nobody is told of the incident
    When the outage model looks for what the calls have in common
    Then the tickets of "home" and "shop" show one incident
    And the incident has the tickets of "home" and "shop", and no others

    # It is certain; who calls now is told so.
    When an operator confirms the incident
    And these customers call:
      | customer | trouble code      | call back | caller                               |
      | clinic   | No Power/No Light | yes       | Grace Hopper; mobile +1 512 555 0103 |
    Then the calls are taken, and each customer is told of the incident
    And the incident has the tickets of "home", "shop" and "clinic", and no others

    # A crew is on its way, and everybody learns what is known.
    When an operator notes about the incident:
      | crew       | power back | cause   | subcause | comment                  |
      | Crew South | +2h        | Weather | Wind     | A tree lies on the line. |
    And these customers call:
      | customer | trouble code              | call back | caller   |
      | mill     | Flick Light/Partial Light | no        | Mary Lee |
    Then the calls are taken, and each customer is told of the incident
    And every ticket shows all that is noted about the incident

    # The lights are on again: the IVR calls the clinic, a representative calls the others.
    When an operator restores the incident
    And it is time to send callbacks
    Then the IVR has called "clinic" and nobody else, and its result was taken
    When callbacks are pulled:
      | csr   | count |
      | csr-7 | 10    |
    Then representative "csr-7" has got the callbacks of "home" and "shop"
    When callbacks are pulled:
      | csr    | count |
      | csr-12 | 10    |
    Then representative "csr-12" has got the callbacks of nobody
    When representative "csr-7" reports:
      | customer | result    | comment            |
      | home     | Restored  | The lights are on. |
      | shop     | No Answer |                    |
    Then the results are taken
    And the incident is not over

    # The last customer is reached.
    When it is time to call again
    And callbacks are pulled:
      | csr    | count |
      | csr-12 | 10    |
    Then representative "csr-12" has got the callbacks of "shop"
    When representative "csr-12" reports:
      | customer | result   | comment         |
      | shop     | Restored | Open for trade. |
    Then the results are taken
    And the incident is over

    # It belongs to the past.
    When an operator archives the incident
    Then the tickets are in the archive, and no longer among active ones
