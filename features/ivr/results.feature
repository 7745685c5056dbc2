Feature: Results that an IVR posts
  The kit listens as ReceiveCallBacksResultsService (the profile's [listen.results]), and judges what the IVR posts of
  the callbacks that it was sent. It answers as an adapter does, or wrong on purpose where a scenario says so.

  @IVR-31 @CreatedCallBacksResults
  Scenario: IVR-31 Three callbacks, three results
    Given the IVR has taken these callbacks:
      | callback |
      | first    |
      | second   |
      | third    |
    Then these callbacks get one result each:
      | callback |
      | first    |
      | second   |
      | third    |

  @IVR-32 @CreatedCallBacksResults
  Scenario: IVR-32 The message with results
    Given the IVR has taken these callbacks:
      | callback |
      | first    |
      | second   |
    Then the messages with results are valid

  @IVR-33 @CreatedCallBacksResults
  Scenario: IVR-33 The words of results
    Given the IVR has taken these callbacks:
      | callback |
      | first    |
      | second   |
      | third    |
    Then each result is a word that is configured

  @IVR-34 @CreatedCallBacksResults
  Scenario: IVR-34 When the call was made
    Given the IVR has taken these callbacks:
      | callback |
      | first    |
      | second   |
    Then each result tells when the call was made

  @IVR-35 @CreatedCallBacksResults
  Scenario: IVR-35 Who made the call
    Given the IVR has taken these callbacks:
      | callback |
      | first    |
      | second   |
    Then each result tells who made the call

  @IVR-36 @CreatedCallBacksResults
  Scenario: IVR-36 The adapter answers FAILED
    Given the adapter answers results with FAILED
    And the IVR has taken these callbacks:
      | callback |
      | first    |
    Then the results of these callbacks are posted again or not, and never once they were taken:
      | callback |
      | first    |
    Given the IVR has taken these callbacks:
      | callback |
      | second   |
    Then these callbacks get one result each:
      | callback |
      | second   |

  @IVR-37 @CreatedCallBacksResults
  Scenario: IVR-37 The adapter answers with a fault
    Given the adapter answers results with a fault
    And the IVR has taken these callbacks:
      | callback |
      | first    |
    Then the results of these callbacks are posted again or not, and never once they were taken:
      | callback |
      | first    |
    Given the IVR has taken these callbacks:
      | callback |
      | second   |
    Then these callbacks get one result each:
      | callback |
      | second   |

  @IVR-38 @CreatedCallBacksResults
  Scenario: IVR-38 The adapter is busy
    Given the adapter answers results with a fault that says to try again later
    And the IVR has taken these callbacks:
      | callback |
      | first    |
      | second   |
    Then the results of these callbacks are posted again or not, and never once they were taken:
      | callback |
      | first    |
      | second   |

  @IVR-39 @CreatedCallBacksResults
  Scenario: IVR-39 The adapter answers after a second
    Given the adapter answers results with OK, but late
    And the IVR has taken these callbacks:
      | callback |
      | first    |
    Then the results of these callbacks are posted again or not, and never once they were taken:
      | callback |
      | first    |

  @IVR-40 @CreatedCallBacksResults
  Scenario: IVR-40 The connection breaks off before the answer
    Given the adapter answers results with nothing, for the connection breaks off
    And the IVR has taken these callbacks:
      | callback |
      | first    |
    Then the results of these callbacks are posted again or not, and never once they were taken:
      | callback |
      | first    |

  @IVR-41 @CreatedCallBacksResults
  Scenario: IVR-41 The same message twice
    Given the IVR has taken these callbacks twice, in the same message:
      | callback |
      | first    |
      | second   |
    Then these callbacks get one result each, or one for each message:
      | callback |
      | first    |
      | second   |

  @IVR-42 @CreatedCallBacksResults
  Scenario: IVR-42 A message that broke off and was repeated
    Given the IVR has taken these callbacks when their message was repeated:
      | callback |
      | first    |
      | second   |
    Then these callbacks get one result each:
      | callback |
      | first    |
      | second   |

  @IVR-43 @CreatedCallBacksResults
  Scenario Outline: IVR-43 A message that is refused: <how>
    Given the IVR has refused these callbacks, sent <how>:
      | callback |
      | refused  |
    And the IVR has taken these callbacks:
      | callback |
      | taken    |
    Then these callbacks get one result each:
      | callback |
      | taken    |
    And these callbacks get no result:
      | callback |
      | refused  |

    Examples:
      | how                          |
      | with the verb "changed"      |
      | with the noun "ParkingFines" |
      | without Header/Verb          |

  @IVR-44 @CreatedCallBacksResults
  Scenario: IVR-44 All results of the run
    Given the IVR has taken these callbacks:
      | callback |
      | last     |
    Then these callbacks get one result each:
      | callback |
      | last     |
    And over the whole run no result was posted again once it was taken, or for a callback never sent
